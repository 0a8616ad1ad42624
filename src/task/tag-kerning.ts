/**
 * Kerning of the font of Instill's tags, in 1/64 pixel, between characters of ASCII: in each line the characters on the left,
 * then each value with the characters on the right.
 */
export const TAG_KERNING = `
"'* -90,. -50A -10CGOQ -30J 15TW 10VYxz 5Z -20cdeoq 20vwy
% -60"'*
& -50T -25V -10Wvwy -40Y 10cdeoq -5t
( 20TVWY 10Xgy 50j
,. -90"'* -75? 15Az -30CGOQWw -80T -20Udq -60VY 10X 30Z 5a -10ceo -15ft -5gu -45vy
- -20AS 15CGOQ -30IJ -50TY -25V -10Wvy -40XZ 10cdeoq -4w -35x -15z
/ -120/ -45A -15CGOQSceo 30T 20VWY -10a -16dq -30g
:; -40TY -20V -10X
? -115,. -20A 10V 15W
@ -10ASxyz -15IZ -20JW -40T -30VX -50Y
A -50"'* -10&?w 15,.A_ -20-v -5@ -15CGOQy 5JX -65T -13U -41V -4Wt -55Y 3a 10z
B -15,./ -10AJvxy -25T -20VX -5Wfgtw -30Y -60_
C 10"'* -5&Y -20-_ -10@ -13CGOQ 5W
D -10"'*/ -30,.Y 15- -12AV -14J -27T -15XZ -80_
E -10&@Vcdeoq -15J -20Y -5g
F 5"'* -30& 15)? -80,. -40/ag -20@mnprsvy -44A -17CGOQ -55J -130_ -25cdeoqu -5ft -10jwz -35x
G -10"'* 10- -38T -15V -3W -5X -34Y
I -10& -30- -15@ -7T 10_ -5cdeoq
J -20,. -10/ -6A -7J -15X -60_
K -5"'*S -25&CGOQcdeoq 10),.z -55- -40@ -15JVYa -20Tft -10Wgmnpruvwxy
L -70"'*T -10&ceotu 25,./ -40-y -45? -20@ 19A -30CGOQw -28U -62V -26W -74Y 30_ -1a -9dq -50v 10x 16z
OQ -10"'*/ -30,.Y 15- -15AX -14JZ -20T -12V -80_
P 5"'*Ww -30& -100,. -50/ -10@amnprs -45A -40J -15Xx -25Z -130_ -20cdeoq -35g
R -25&V -15-cdeoq -10/CGOQa -20@J -24T -12U -8W -36Y -30g -4y
S 10- -10/SY -13T 3W -40_
T 15"'*W -25& 20) -80,._g -50-uxz -70/as -40:;@Jwy -65Acdeoq -20CGOQ -7I -11S 23T 5VY -15f -45mnpr -35v
U -20,./ -13A -14J -50_ -10g 5w
V 10"'* -30&@acdeoq 20) -60,. -25-J -50/ -20:;su 15? -41A -12CGOQ -10Svwxyz 5TVWY -70_ -40g -15mnpr
W 15"'*T -10&-/amnrsx 10) -30,. 30? -20@Jg -4A 5VWY -50_ -15cdeoq -5puwz
X -15&CGOQcdeoq 10,.?z -40- -10:;Jatuvy -30@ 5A 20_ -5s -20w
Y 10"'* -40&:;Jmnprs 20) -60,./_ -50-@acdeoq 15? -55Ag -30CGOQu -22S 5TVW -10bhkt -15f -20ijwxz -25vy
Z 5"'* -10&t 10) 30,. -40- -20@ -15CGOQ 15_ -5ceouy
[{ 10j
_ 15A -80CGOQT 10Ipz -40JSw -50UW -70Vv 20Xgx -60Ycdeoq 25Z -30a -25ft 50j -5l -35su -15y
a -15"'* 10,._ -5-y 20/ 8A -70T -30V -50Y 6Z -8v -3w
bp -20"'*,. 10- -5Iwyz -70T -30V -15WX -40Y -60_ -6ft -8v -12x
c -5&W 10/ 8A 5J 3S -46T -27V -32Y 6Z -10_ -6cdeoq -4g
e -20"'*,. 10- -5IZwyz -10S -70T -30V -15WX -40Y -50_ -8v -12x
f 20!W 30"'*? -10& 25) -30,. -20/J -6A 15CGOQ]} 35T 12V 8X 14Y 2Z -70_ -4ceo -3dq -5g 10vy
g 5"'*CGOQX]y} 25) 13,. 20/ -5@J 15A -13T -10VY 10Z 50_ -3a -6cdeoq 2g 11j -4u 4w
hmn -15"'* -55T -30V -20W -50Y -8vy -5w
i -5J -20Y
j -40T -25V -10W -20Y
k -20&@ -45- 15A -8CGOQ -5Ja -2S -32T -18V -11W -48Y 13Z 10_ -17ceo -15dqv -10gstu
l 10,.A -10-Vvy -20T 14X -25Y 16Z 15_ -5ltw
o -20"'*,. 10- -5IZwyz -70T -30V -15WX -50Y_ -6f -8v -12x
q -40T -25V -10W -60Y
r 30"'* -20&-JXY -80,._ -15/ -25A 10CGOQvy 7S -10T 15W -11Z -4a -5ceo -6dq 4ft -23g 5w
s -10"'*-gz -5&,.Jf -4A -65T -30V -23X -40Y -20_x -6s -7t -13v -9w -18y
t -15& -20-Y -5@ 6A -24T 20]} 10_ -4cdeoq -10fg -9t
u -45T -20V -40Y
v 20"'* -10&-V -45,. -5/ -20A -35T -25Y -70_ -9a -8cdeoq -12g 3t
w 20"'* -20&Y -30,. -4- -10AV -40T_ -5Wcdeoq -9a -17g -2s
x 10"'* -20&Y -35- -10@VW -50T 20_ -12cdeoq -4s
y 20"'* -20& -55,. -10-@V -5/cdeoq -15A -27J -40T -25Y -80_ -14a 3f -30g -4s
z 10"'*AX_ -10&Vcdeoq 15,. -20-Y -5@W -40T`;
